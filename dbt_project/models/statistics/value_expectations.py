"""What is to be expected of each customer, where the models fit."""


def model(dbt, session):
    from rapport.statistics.tables import parts_of, table_of
    from rapport.statistics.value_model import EXPECTATIONS, expectations

    histories, rate, keys = dbt.ref("purchase_histories"), float(dbt.config.get("discount_rate")), ("grain", "period_end")
    found = []
    for key, fitted in parts_of(dbt.ref("value_fits").filter("converged = 1"), *keys):
        for _, rows in parts_of(histories.filter(f"sample = 'all' and period_end = '{key['period_end']}'"), *keys):
            found.append((key, {"customer_id": rows["customer_id"]} | expectations(rows, fitted, rate)))
    return table_of(session, found, dict.fromkeys((*keys, "customer_id"), "varchar") | dict.fromkeys(EXPECTATIONS, "double"))
