{{ config(enabled=is_fed_by('canonical', 'contacts')) }}

select * from {{ source('canonical', 'contacts') }}
