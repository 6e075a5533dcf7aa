-- The columns of all tables of hub and lake, for BigQuery.
select table_schema as `schema`, table_name as name, column_name as `column`, data_type as `type`
from {hub}.INFORMATION_SCHEMA.COLUMNS
union all
select table_schema, table_name, column_name, data_type
from {lake}.INFORMATION_SCHEMA.COLUMNS
order by `schema`, name
