insert into surveys.invitations by name
select 'I-' || i as invitation_no, 'NPS' as survey_no, 'C-' || i as contact_no, 'invitations' as _file_id, i as _row
from range(1, 101) as numbers (i);

insert into surveys.answers by name
select 'A-' || i as answer_no, 'I-' || i as invitation_no, 'nps' as kind, 8 as score, 0 as scale_min, 10 as scale_max,
    'answers' as _file_id, i as _row
from range(1, 61) as numbers (i);
