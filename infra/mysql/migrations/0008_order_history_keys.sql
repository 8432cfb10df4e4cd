-- The Idempotency-Key of the request that changed the status. It needs no index: the history of an order is short, and it
-- is read under the lock of the order.
ALTER TABLE order_history
  ADD COLUMN idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL;
