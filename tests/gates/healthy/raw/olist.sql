-- 400 orders as Olist would export them: every suite is content with these.
insert into olist.orders by name
select
    'o' || i as order_id, 'c' || i as customer_id, 'delivered' as order_status,
    timestamptz '2018-01-01 12:00:00+00' + interval 1 hour * i as order_purchase_timestamp,
    timestamptz '2018-01-08 12:00:00+00' + interval 1 hour * i as order_delivered_customer_date,
    timestamptz '2018-01-15 00:00:00+00' + interval 1 hour * i as order_estimated_delivery_date,
    'orders' as _file_id, i as _row
from range(1, 401) as numbers (i);

insert into olist.customers by name
select 'c' || i as customer_id, 'u' || i as customer_unique_id, '01310' as customer_zip_code_prefix, 'SP' as customer_state,
    'customers' as _file_id, i as _row
from range(1, 401) as numbers (i);

insert into olist.order_items by name
select 'o' || i as order_id, 1 as order_item_id, 'p' || i % 20 as product_id, 's1' as seller_id,
    50 + i % 60 as price, 12 as freight_value, 'items' as _file_id, i as _row
from range(1, 401) as numbers (i);

insert into olist.order_payments by name
select order_id, 1 as payment_sequential, 'credit_card' as payment_type, price + freight_value as payment_value,
    'payments' as _file_id, _row
from olist.order_items;

insert into olist.order_reviews by name
select 'r' || i as review_id, 'o' || i as order_id, 3 + i % 3 as review_score,
    timestamptz '2018-01-09 00:00:00+00' + interval 1 hour * i as review_creation_date,
    timestamptz '2018-01-10 00:00:00+00' + interval 1 hour * i as review_answer_timestamp,
    'reviews' as _file_id, i as _row
from range(1, 401) as numbers (i);

insert into olist.products by name
select 'p' || i as product_id, 'bebes' as product_category_name, 'products' as _file_id, i + 1 as _row
from range(20) as numbers (i);

insert into olist.sellers by name select 's1' as seller_id, 'sellers' as _file_id, 1 as _row;

insert into olist.category_translations by name
select 'categoria ' || i as product_category_name, 'category ' || i as product_category_name_english,
    'translations' as _file_id, i as _row
from range(1, 72) as numbers (i);
