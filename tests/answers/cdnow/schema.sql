-- Purchases by the day; dollars in hundredths, so that sums are exact.

CREATE VIEW bought AS
SELECT sample_id AS id, substr(day, 1, 4) || '-' || substr(day, 5, 2) || '-' || substr(day, 7, 2) AS day,
       CAST(discs AS INTEGER) AS discs, CAST(round(CAST(dollars AS REAL) * 100) AS INTEGER) AS cents
FROM line;

CREATE TABLE person AS
SELECT id, count(*) AS n, sum(cents) AS cents, sum(discs) AS discs, min(day) AS first, max(day) AS last FROM bought GROUP BY id;

-- In the order of the file, which tells purchases of one day apart.
CREATE TABLE numbered AS
SELECT rowid AS number, sample_id AS id, substr(day, 1, 4) || '-' || substr(day, 5, 2) || '-' || substr(day, 7, 2) AS day,
       CAST(discs AS INTEGER) AS discs, CAST(round(CAST(dollars AS REAL) * 100) AS INTEGER) AS cents
FROM line;
CREATE INDEX numbered_id ON numbered (id);
