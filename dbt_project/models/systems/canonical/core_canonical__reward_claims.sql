{{ config(enabled=is_fed_by('canonical', 'reward_claims')) }}

select * from {{ source('canonical', 'reward_claims') }}
