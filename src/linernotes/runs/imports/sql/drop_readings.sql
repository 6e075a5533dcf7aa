-- The files of exports that are loaded, each as it was read.
select distinct reading from {lake}.lake_streams__normalized_metrics
union all
select distinct reading from {lake}.lake_streams__normalized_campaigns
union all
select distinct reading from {lake}.lake_streams__normalized_sales
