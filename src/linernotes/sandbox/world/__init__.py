"""The invented world that every imitated service knows: artists, what is known of them, and what people played."""
