-- The words that a search compares: layers/domain/src/products/search-words.ts. A full-text index ignores short words,
-- stopwords and symbols, and reads all products with a word before it returns the first. Here every word is a row, and
-- the index is in the order of relevance: whole words before longer ones, names before descriptions.
CREATE TABLE product_words (
  product_id BIGINT UNSIGNED NOT NULL,
  -- The word, a blank, and 1 for a word of the name or 2 for a word of only the description.
  word       VARCHAR(202) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (product_id, word),
  KEY by_word (word, product_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- The rules by which the words of a product were written, and 0 before that. `npm run migrate` writes the words of all
-- products with another number. Instances of the previous version still search with the full-text index `by_words` while
-- they are replaced, so a later migration drops it.
ALTER TABLE products
  ADD COLUMN words_version TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD KEY by_words_version (words_version);
