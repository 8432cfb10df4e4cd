-- The first request with each Idempotency-Key: its fingerprint, and what its response contains beyond the request. A
-- transaction writes the row together with the change, so that a repeated request changes nothing.
CREATE TABLE idempotency_keys (
  -- `product` for new products, `stock/17` for adjustments of product 17.
  scope           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fingerprint     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The id of the new product, or the units on hand after the adjustment.
  result          BIGINT UNSIGNED NOT NULL,
  at              DATETIME(3) NOT NULL,
  PRIMARY KEY (scope, idempotency_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
