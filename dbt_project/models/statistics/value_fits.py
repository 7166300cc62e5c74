"""BG/NBD and Gamma-Gamma, fitted for each period end."""


def model(dbt, session):
    from rapport.statistics.tables import parts_of, table_of
    from rapport.statistics.value_model import FIT, fit

    histories, least = dbt.ref("purchase_histories"), int(dbt.config.get("least_repeat_buyers"))
    keys = ("grain", "period_end")
    calibrations = {tuple(key.values()): rows for key, rows in parts_of(histories.filter("sample = 'calibration'"), *keys)}
    fits = [
        (key, fit(rows, calibrations.get(tuple(key.values()), {"frequency": []}), least))
        for key, rows in parts_of(histories.filter("sample = 'all'"), *keys)
    ]
    return table_of(session, fits, dict.fromkeys(keys, "varchar") | dict.fromkeys(FIT, "double"))
