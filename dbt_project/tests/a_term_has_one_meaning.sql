-- A term that tells a feeling and turns over feelings would be both in one place of a comment.
select
    polarity.language,
    polarity.term
from {{ ref('text_polarity') }} as polarity
inner join {{ ref('text_negations') }} as negations
    on
        polarity.language = negations.language
        and polarity.term = negations.term
