{{ newest_answers('apify', 'monthly_listeners') }}
