{# Incremental models: a build continues the last one that finished. What is new has a sequence (`_load`) above `from_sequence`; what the models
   of this build, or of one that was killed since, have changed stands in `rapport.changes`, written in the transaction of the change or before it. #}


{# True when this model only takes what changed since the last finished build; false for the first build, a full refresh, a warehouse of one's
   own, a unit test, and on engines whose tables cannot change in place. #}
{% macro continues() %}
    {{- return(flags.WHICH in ('run', 'build') and model.resource_type == 'model' and is_incremental()) -}}
{% endmacro %}


{# dbt's own question, asked by its `incremental` materialisation. True, too, when this build continues none, and for a core table that must be
   read whole anyway and whose changed keys nobody asks for: building it anew costs less than comparing it. #}
{% macro should_full_refresh() %}
    {%- set told = config.get('full_refresh') -%}
    {%- if told is not none -%}{{- return(told) -}}{%- endif -%}
    {%- if flags.FULL_REFRESH or this_build().from_build == 0 -%}{{- return(true) -}}{%- endif -%}
    {{- return('key' in model.config.meta and model.name not in asked_for_keys() and not comes_row_by_row(model.name)) -}}
{% endmacro %}


{# The core tables whose changed keys the facts ask for; of a key of several columns, the first. #}
{% macro asked_for_keys() %}
    {{- return(['orders', 'order_lines', 'returns', 'credits', 'invoices', 'tickets', 'ticket_events']) -}}
{% endmacro %}


{# The row of `rapport.this_build`: number, from_sequence, from_build. #}
{% macro this_build() %}
    {%- set row = run_query('select number, from_sequence, from_build from rapport.this_build').rows[0] -%}
    {{- return({'number': row[0] | int, 'from_sequence': row[1] | int, 'from_build': row[2] | int}) -}}
{% endmacro %}


{# How a table that grows is kept: `replace_days` or `replace_changed`. Parquet tables on Spark cannot change in place, so there it is built whole. #}
{% macro growing() %}
    {{- return(adapter.dispatch('growing', 'rapport')()) -}}
{% endmacro %}

{% macro default__growing() %}{{ return('incremental') }}{% endmacro %}

{% macro spark__growing() %}{{ return('table') }}{% endmacro %}


{# The keys of a model's rows that changed since the last finished build, as a query. #}
{% macro changed_keys(name) -%}
    select key from rapport.changes where model = '{{ name }}' and key is not null
{%- endmacro %}


{# The days whose rows changed in a model that is kept by `replace_days`, as a query. #}
{% macro changed_days(name) -%}
    select day from rapport.changes where model = '{{ name }}' and day is not null
{%- endmacro %}


{# A fact or an aggregate by day: a build makes the days anew that `changed`, a list of queries, names, and leaves the others. The days are noted
   before, so that what reads this model replaces them too. Stands at the top of the model. #}
{% macro replaces_days(day, changed) -%}
    {{- config(materialized=growing(), incremental_strategy='replace_days', unique_key=day, on_schema_change='fail') -}}
    {%- do note_days(changed) -%}
{%- endmacro %}


{# A table in which facts look things up: it is made whole, and the rows of the keys that differ are replaced. Stands at the top of the model. #}
{% macro replaces_changed(key) -%}
    {{- config(materialized=growing(), incremental_strategy='replace_changed', unique_key=key, on_schema_change='fail') -}}
{%- endmacro %}


{# Notes days as changed, under the model's own name or `name`. Does nothing when everything is built anew. #}
{% macro note_days(queries, name=none) -%}
    {%- if continues() -%}
        {%- do run_query(
            "insert into rapport.changes (model, day, build) select distinct '" ~ (name or this.identifier) ~ "', day, " ~ this_build().number
            ~ " from (" ~ queries | join(" union all ") ~ ") as touched (day) where day is not null"
        ) -%}
    {%- endif -%}
{%- endmacro %}


{# Condition of a row that belongs to a day which this model, or `name`, replaces. #}
{% macro of_changed_day(day, name=none) -%}
    {{ day }} in ({{ changed_days(name or this.identifier) }})
{%- endmacro %}
