-- mood_summary: the mean change of satisfaction over a complaint by cut, and its standard error.
select
    complaint.cut,
    complaint.cut_value,
    count(*) as told,
    avg(mood.change) as change,
    stddev_samp(mood.change) / sqrt(cast(count(*) as double)) as change_error
from complaint_cut as complaint
inner join complaint_mood as mood on complaint.complaint_id = mood.complaint_id
group by complaint.cut, complaint.cut_value
