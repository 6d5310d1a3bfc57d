-- cdnow_log: the lines of the chosen CDNOW log, sample (one customer in ten) or master (all).
--
-- Lines that are equal in every column are kept: the published totals of this data set count
-- them. A line is therefore identified by the log and its line number, which also make the order_id.
-- Both logs use the same customer numbers (the sample's second column is its own running number).
select
    concat('sample-', lpad(cast(_line as varchar), 6, '0')) as order_id,
    customer_id,
    cast(purchased_on as timestamp(6)) as ordered_at,
    number_of_cds,
    dollar_value
from raw_sample
where $log = 'sample'
union all
select
    concat('master-', lpad(cast(_line as varchar), 6, '0')) as order_id,
    customer_id,
    cast("date" as timestamp(6)) as ordered_at,
    number_of_cds,
    dollar_value
from raw_master
where $log = 'master'
