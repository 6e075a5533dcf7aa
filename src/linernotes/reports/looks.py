"""The commands that alerts about figures name, for a person to type: nothing of it is run here."""


def series_command(series_id: str) -> str:
    """The command that shows the latest days of a series of streams."""
    quoted = series_id.replace("'", "''")
    return (
        'linernotes sql "select date, streams, restatedFrom, lastUpdated from hub_music__svc_fact_streams_daily '
        f"where seriesId = '{quoted}' order by date desc limit 30\""
    )


def source_command(source: str) -> str:
    """The command that shows how far each series of a service reaches."""
    return (
        'linernotes sql "select artistName, trackName, max(date) as newest from hub_music__svc_fact_streams_daily '
        f"where source = '{source}' group by artistName, trackName\""
    )


def sales_command(source: str) -> str:
    """The command that shows a distributor's months."""
    return (
        'linernotes sql "select saleMonth, store, country, quantity from hub_music__svc_fact_sales_months '
        f"where source = '{source}' order by saleMonth desc\""
    )
