select * from {{ ref('survey_responses') }} join {{ ref('customers') }} using (id)
