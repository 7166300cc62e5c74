{# Business seconds from the first day of the calendar to an instant, as the clock of a row of `country_days` shows them: the instant's own day
   in that country. The business time between two instants is the difference of their clocks, so that no day is ever walked through. #}
{% macro business_clock(days, instant) -%}
    {{ days }}.business_days_before * {{ days }}.open_seconds
    + case
        when {{ days }}.is_business_day
            then greatest(0, least({{ days }}.open_seconds, {{ dbt.datediff(days ~ '.opens_at', instant, 'second') }}))
        else 0
    end
{%- endmacro %}
