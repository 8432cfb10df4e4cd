-- `seq` keeps inserts at the end of the clustered index (ids under an idempotency key are random) and gives lists a
-- stable order. No foreign keys among these tables: placement writes them in one transaction, and maintenance may
-- TRUNCATE them.
CREATE TABLE orders (
  seq          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id      VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  channel      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  shortages    JSON NULL,
  total_cents  BIGINT UNSIGNED NOT NULL,
  fingerprint  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  accepted_at  DATETIME(3) NOT NULL,
  consumed_at  DATETIME(3) NOT NULL,
  committed_at DATETIME(3) NOT NULL,
  updated_at   DATETIME(3) NOT NULL,
  UNIQUE KEY by_id (id),
  KEY by_user (user_id),
  KEY by_status (status)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE order_lines (
  order_id         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line             TINYINT UNSIGNED NOT NULL,
  product_id       BIGINT UNSIGNED NOT NULL,
  -- Name and price as they were when the order was placed.
  name             VARCHAR(200) NOT NULL,
  unit_price_cents BIGINT UNSIGNED NOT NULL,
  quantity         INT UNSIGNED NOT NULL,
  PRIMARY KEY (order_id, line)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE order_history (
  order_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Counts from 1. The key makes a move that is made twice impossible.
  step     TINYINT UNSIGNED NOT NULL,
  status   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note     VARCHAR(200) NULL,
  at       DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id, step)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
