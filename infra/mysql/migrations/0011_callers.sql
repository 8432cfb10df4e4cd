-- Who acted, by the user id in the token of the caller. NULL in an open shop, and for everything from before.
ALTER TABLE orders
  ADD COLUMN placed_by VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;

ALTER TABLE order_history
  ADD COLUMN acted_by VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;

ALTER TABLE dead_letter_actions
  ADD COLUMN acted_by VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
