-- The limit of the stock applies to new products and adjustments. Cancelled orders return their units in any case, so the
-- column must hold more than the limit.
ALTER TABLE products MODIFY stock BIGINT UNSIGNED NOT NULL;
