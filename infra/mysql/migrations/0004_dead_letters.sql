-- What messages bring with them is kept whole, in columns that can't be too small for it: a dead letter that can't be
-- stored would be delivered for ever.
CREATE TABLE dead_letters (
  seq             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broker          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source          VARCHAR(255) NOT NULL,
  position        VARCHAR(64) NULL,
  message_id      MEDIUMTEXT NOT NULL,
  message_key     MEDIUMTEXT NULL,
  headers         JSON NOT NULL,
  body            MEDIUMBLOB NOT NULL,
  cause_code      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cause_detail    TEXT NOT NULL,
  status          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  failures        INT UNSIGNED NOT NULL,
  first_failed_at DATETIME(3) NOT NULL,
  last_failed_at  DATETIME(3) NOT NULL,
  UNIQUE KEY by_id (id),
  KEY by_status (status),
  KEY by_cause (cause_code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- Who did what about a dead letter, and when. Rows are only ever added.
CREATE TABLE dead_letter_actions (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dead_letter_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The id of the request, by which the access log knows more.
  requested_by   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at             DATETIME(3) NOT NULL,
  KEY by_dead_letter (dead_letter_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
