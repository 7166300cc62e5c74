"""What customers write, in English and Chinese, sorted by what it is about: the raw material of comments and feedback."""

from rapport.demo.accounts import Account

EFFORT = {
    "easy": {
        "en": ["Solved on the first call, thank you.", "Quick and friendly help.", "No problems at all, very easy."],
        "zh": ["一次就解决了，谢谢。", "客服很热情，回复很快。", "没有任何问题，很方便。"],
    },
    "hard": {
        "en": ["I had to explain it three times.", "Nobody felt responsible, very frustrating.",
               "Took far too long to get an answer."],
        "zh": ["同样的问题说了三遍。", "等了太久才有答复，很不满意。", "客服互相推诿，很失望。"],
    },
}  # fmt: skip

COMPLAINTS = {
    "packaging": {
        "en": ["The cartons were crushed and two tins leaked.", "Packaging torn again, goods damaged.",
               "The boxes arrive dented every time."],
        "zh": ["外包装破损，货物受损。", "纸箱又被压坏了。", "包装太差，到货时漏了。"],
    },
    "delivery": {
        "en": ["The delivery came four days late.", "The driver did not wait, we had to fetch it ourselves.",
               "Late again and nobody informed us."],
        "zh": ["交货晚了四天。", "物流太慢，司机不等人。", "又延迟了，没人通知我们。"],
    },
    "quality": {
        "en": ["Every tenth screw has a bad thread.", "The paint peels off after a week.", "Quality is getting worse."],
        "zh": ["每十个螺丝就有一个不合格。", "油漆一周就脱落。", "质量越来越差。"],
    },
    "billing": {
        "en": ["The invoice shows the wrong price.", "We were charged twice.", "The credit note is still missing."],
        "zh": ["发票金额有误。", "重复扣款了。", "退款一直没到账。"],
    },
}  # fmt: skip

PRAISE = {
    "service": {
        "en": ["Ms Jansen helped us at once, excellent service.", "Friendly advice, thank you."],
        "zh": ["客服非常专业，回复及时。", "服务态度很好，谢谢。"],
    },
    "delivery": {
        "en": ["Always on time, we can rely on you.", "Fast delivery, even before the weekend."],
        "zh": ["发货很快，准时到货。", "配送很可靠。"],
    },
    "quality": {
        "en": ["Very good quality, not a single complaint.", "The new gloves are excellent."],
        "zh": ["质量非常好，没有任何问题。", "产品结实耐用。"],
    },
}  # fmt: skip

SUGGESTIONS = {
    "website": {
        "en": ["Please let us export order lists from the web shop.", "A search by part number would be useful."],
        "zh": ["希望网站可以导出订单。", "建议增加按型号搜索。"],
    },
    "delivery": {
        "en": ["Could you offer deliveries before 7 a.m.?", "Please tell us the delivery hour in advance."],
        "zh": ["建议提供早上七点前送货。", "希望提前告知送货时间。"],
    },
    "packaging": {
        "en": ["Please use less plastic for small orders.", "Reusable boxes would be a good idea."],
        "zh": ["建议小订单少用塑料包装。", "可以考虑循环包装箱。"],
    },
}  # fmt: skip


def spoken_by(account: Account) -> str:
    """The language in which an account writes: Chinese in China, English everywhere else."""
    return "zh" if account.country == "CN" else "en"
