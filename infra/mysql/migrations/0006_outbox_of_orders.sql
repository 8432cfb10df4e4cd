-- The events of orders that one transaction has made true wait together: a row of type `order_events` holds `events` of
-- them, with what they tell in `data`. Any other row is one event.
ALTER TABLE outbox ADD COLUMN events SMALLINT UNSIGNED NOT NULL DEFAULT 1 AFTER id;
