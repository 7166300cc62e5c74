{{ config(enabled=is_fed_by('canonical', 'account_assignments')) }}

select * from {{ source('canonical', 'account_assignments') }}
