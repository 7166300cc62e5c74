-- Five years of a company whose spend is Pareto's: exports of the system `canonical`, the same each time.
-- Three lines an order; ten lines a customer; a ticket and an answer per ten lines; one order in ten in dollars, one in fifty cancelled.
create or replace macro chance(id, what) as (hash(id, what) % 1000003) / 1000003.0;
create or replace macro order_columns(i, day) as {
    'order_id': 'o' || i,
    'customer_id': 'c' || floor($customers * pow(chance(i, 'customer'), 3))::bigint,
    'ordered_at': strftime(day + to_seconds((86399 * chance(i, 'second'))::bigint), '%Y-%m-%dT%H:%M:%SZ'),
    'ordered_on': day,
    'channel': ['web', 'edi', 'phone', 'field'][1 + (4 * chance(i, 'channel'))::bigint % 4],
    'status': if(chance(i, 'status') < 0.02, 'cancelled', 'completed'),
    'currency': if(chance(i, 'currency') < 0.1, 'USD', 'EUR'),
    'promised_on': day + 5,
    'delivered_on': day + (3 + 3 * chance(i, 'delivered'))::integer
};
create or replace macro line_columns(i, place) as {
    'order_line_id': 'o' || i || '-' || place,
    'order_id': 'o' || i,
    'product_id': 'p' || floor($products * pow(chance(i * 10 + place, 'product'), 2))::bigint,
    'quantity': 1 + (4 * chance(i * 10 + place, 'quantity'))::bigint,
    'net_amount': round(5 + 10 / pow(1.0001 - chance(i * 10 + place, 'amount'), 0.5), 2)::decimal(18, 2),
    'currency': if(chance(i, 'currency') < 0.1, 'USD', 'EUR')
};
