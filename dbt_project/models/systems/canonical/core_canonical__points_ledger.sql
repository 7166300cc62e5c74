{{ config(enabled=is_fed_by('canonical', 'points_ledger')) }}

select * from {{ source('canonical', 'points_ledger') }}
