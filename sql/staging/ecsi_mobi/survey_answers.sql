-- survey_answers: one row per answer from one row per person. The file has no names and no dates: a person is
-- identified by the line, and answers are dated by a parameter.
with answers as (
    select
        concat('R', lpad(cast(raw_mobi._line as varchar), 4, '0')) as response_id,
        concat('P', lpad(cast(raw_mobi._line as varchar), 4, '0')) as customer_id,
        unnest([
            named_struct('question_id', 'CUEX1', 'score', raw_mobi.cuex1),
            named_struct('question_id', 'CUEX2', 'score', raw_mobi.cuex2),
            named_struct('question_id', 'CUEX3', 'score', raw_mobi.cuex3),
            named_struct('question_id', 'CUSA1', 'score', raw_mobi.cusa1),
            named_struct('question_id', 'CUSA2', 'score', raw_mobi.cusa2),
            named_struct('question_id', 'CUSA3', 'score', raw_mobi.cusa3),
            named_struct('question_id', 'CUSCO', 'score', raw_mobi.cusco),
            named_struct('question_id', 'CUSL1', 'score', raw_mobi.cusl1),
            named_struct('question_id', 'CUSL2', 'score', raw_mobi.cusl2),
            named_struct('question_id', 'CUSL3', 'score', raw_mobi.cusl3),
            named_struct('question_id', 'IMAG1', 'score', raw_mobi.imag1),
            named_struct('question_id', 'IMAG2', 'score', raw_mobi.imag2),
            named_struct('question_id', 'IMAG3', 'score', raw_mobi.imag3),
            named_struct('question_id', 'IMAG4', 'score', raw_mobi.imag4),
            named_struct('question_id', 'IMAG5', 'score', raw_mobi.imag5),
            named_struct('question_id', 'PERQ1', 'score', raw_mobi.perq1),
            named_struct('question_id', 'PERQ2', 'score', raw_mobi.perq2),
            named_struct('question_id', 'PERQ3', 'score', raw_mobi.perq3),
            named_struct('question_id', 'PERQ4', 'score', raw_mobi.perq4),
            named_struct('question_id', 'PERQ5', 'score', raw_mobi.perq5),
            named_struct('question_id', 'PERQ6', 'score', raw_mobi.perq6),
            named_struct('question_id', 'PERQ7', 'score', raw_mobi.perq7),
            named_struct('question_id', 'PERV1', 'score', raw_mobi.perv1),
            named_struct('question_id', 'PERV2', 'score', raw_mobi.perv2)
        ]) as answer
    from raw_mobi
)
select
    response_id,
    customer_id,
    cast($answered_on as timestamp) as answered_at,
    answer['question_id'] as question_id,
    answer['score'] as score,
    cast(1 as decimal(18, 6)) as weight
from answers
where answer['score'] is not null
