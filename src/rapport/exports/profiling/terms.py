"""Terms: common headers of Chinese systems, in the field's English terms."""

_TERMS = """
customer_no: 客户编号 客户编码
customer_name: 客户名称 客户姓名
customer: 客户
customer_type: 客户类型
customer_level: 客户级别 客户等级
customer_source: 客户来源
order_no: 订单编号 订单号
ordered_on: 订单日期
ordered_at: 下单时间
order_status: 订单状态
order_amount: 订单金额
created_at: 创建时间
created_on: 创建日期
updated_at: 更新时间
modified_at: 修改时间 最后修改时间
paid_at: 付款时间 支付时间
shipped_at: 发货时间
delivered_at: 签收时间
amount: 金额
unit_price: 单价
quantity: 数量
discount: 折扣
tax_rate: 税率
tax_amount: 税额
amount_with_tax: 含税金额
amount_without_tax: 不含税金额
currency: 币种
exchange_rate: 汇率
freight: 运费
product_no: 商品编号 商品编码 产品编号 物料编码
product_name: 商品名称 产品名称 物料名称
specification: 规格型号
unit: 单位
category: 类别
brand: 品牌
person_name: 姓名
contact_name: 联系人 联系人姓名
phone: 电话 联系电话
mobile_phone: 手机 手机号
fax: 传真
email: 邮箱 电子邮箱 电子邮件
address: 地址 详细地址
shipping_address: 收货地址
postal_code: 邮编 邮政编码
country: 国家
province: 省份 省
city: 城市 市
district: 区县
region: 地区
industry: 行业
company_size: 规模
department: 部门
owner: 负责人
sales_rep: 销售员 业务员
created_by: 创建人
status: 状态
type: 类型
source_name: 来源
note: 备注
description: 描述 说明
record_no: 编号
row_no: 序号
code: 编码
name: 名称
day: 日期
time_of_entry: 时间
birth_date: 生日 出生日期
gender: 性别
age: 年龄
identity_no: 身份证号
contract_no: 合同编号
contract_amount: 合同金额
opportunity_name: 商机名称
opportunity_amount: 商机金额
stage: 阶段 销售阶段
expected_close_on: 预计成交日期
expected_amount: 预计金额
invoice_no: 发票号 发票号码
invoiced_on: 开票日期
received_on: 收款日期
received_amount: 收款金额
document_no: 单据编号
document_on: 单据日期
rating: 评分
comment: 评论
review: 评价
satisfaction: 满意度
submitted_at: 提交时间
answered_at: 答题时间
"""

TERMS = {
    header: name for name, headers in (line.split(": ") for line in _TERMS.strip().splitlines()) for header in headers.split()
}
"""Header: column name."""
