{{ config(enabled=is_fed_by('canonical', 'invoices')) }}

select * from {{ source('canonical', 'invoices') }}
