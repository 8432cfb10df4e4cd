CREATE TABLE products (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        VARCHAR(200) NOT NULL,
  description TEXT NOT NULL,
  category    VARCHAR(100) NOT NULL,
  price_cents BIGINT UNSIGNED NOT NULL,
  -- On hand. `stock + sold` is everything ever put in stock; the ledger's deltas add up to `stock`.
  stock       INT UNSIGNED NOT NULL,
  sold        BIGINT NOT NULL DEFAULT 0,
  -- Counts changes of the catalogue entry, not of its stock: it is what If-Match compares.
  version     INT UNSIGNED NOT NULL DEFAULT 1,
  created_at  DATETIME(3) NOT NULL,
  updated_at  DATETIME(3) NOT NULL,
  deleted_at  DATETIME(3) NULL,
  KEY by_category (category),
  KEY by_name (name),
  KEY by_price (price_cents),
  FULLTEXT KEY by_words (name, description)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE stock_ledger (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id BIGINT UNSIGNED NOT NULL,
  delta      INT NOT NULL,
  reason     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note       VARCHAR(200) NULL,
  order_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at DATETIME(3) NOT NULL,
  KEY by_product (product_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
