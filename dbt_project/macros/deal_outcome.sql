{# What became of a deal, by what its CRM calls its state or its stage: won, lost, else open. In English `Closed Won` and `Closed Lost` with
   whatever follows them. A void deal is lost. A company's own word is open until it is added here, for every CRM at once. #}
{% macro deal_outcome(words) -%}
    case
        when
            lower({{ words }}) like 'closed won%'
            or lower({{ words }}) in ('won', '赢单', '已赢单', '结束并赢得', '成交', '已成交', '已签单')
            then 'won'
        when
            lower({{ words }}) like 'closed lost%'
            or lower({{ words }}) like 'closed-lost%'
            or lower({{ words }}) in ('lost', '输单', '已输单', '丢单', '丢失', '因竞争而丢失', '结束但丢失', 'void', 'invalid', '无效', '已作废')
            then 'lost'
        else 'open'
    end
{%- endmacro %}
