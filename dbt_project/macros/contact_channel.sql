{# The channel of a contact by what sales people call it, in Chinese or English. What is spoken at a distance is phone, what is written in a
   messenger is chat, what is face to face is visit. Null for words that say nothing: such a contact is listed as refused, not guessed. #}
{% macro contact_channel(words) -%}
    {%- set told = {
        'phone': ['电话', '通话', '语音', '视频', '在线会议', '线上会议', 'phone', 'call', 'video', 'online meeting'],
        'email': ['邮件', '邮箱', 'mail'],
        'chat': ['微信', '短信', '钉钉', '飞书', 'qq', '在线', '线上', 'chat', 'sms', 'message'],
        'social': ['微博', '抖音', '小红书', '社交', 'social'],
        'event': ['展会', '活动', '沙龙', 'event', 'trade show', 'exhibition'],
        'visit': ['拜访', '面谈', '上门', '外勤', '现场', '会面', '见面', '会议', 'visit', 'meeting'],
    } -%}
    case
        {%- for channel, parts in told.items() %}
        when {% for part in parts %}lower({{ words }}) like '%{{ part }}%'{{ " or " if not loop.last }}{% endfor %} then '{{ channel }}'
        {%- endfor %}
    end
{%- endmacro %}
