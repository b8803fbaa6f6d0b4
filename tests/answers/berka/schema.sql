-- Views over the raw tables that load.py makes, written from the description of the
-- bank's files alone. All raw cells are text; an empty or blank cell is NULL.

CREATE VIEW person AS
SELECT c.client_id AS id,
       CASE WHEN CAST(substr(c.birth_number, 3, 2) AS INTEGER) > 50 THEN 'female' ELSE 'male' END AS gender,
       date('19' || substr(c.birth_number, 1, 2) || '-' ||
            printf('%02d', CAST(substr(c.birth_number, 3, 2) AS INTEGER) % 50) || '-' ||
            substr(c.birth_number, 5, 2)) AS born,
       CASE d.type WHEN 'OWNER' THEN 'owner' ELSE 'co_owner' END AS role,
       t.A2 AS district, t.A3 AS region, CAST(t.A4 AS INTEGER) AS inhabitants,
       CAST(t.A11 AS REAL) AS salary,
       CASE WHEN t.A12 = '?' THEN NULL ELSE CAST(t.A12 AS REAL) END AS unemployment,
       CASE WHEN t.A15 = '?' THEN NULL ELSE CAST(t.A15 AS INTEGER) END AS crimes
FROM client c
JOIN disp d ON d.client_id = c.client_id
JOIN district t ON t.A1 = c.district_id;

-- Years of age on a day: the birthday has come or not.
CREATE VIEW own AS SELECT client_id AS id, account_id FROM disp WHERE type = 'OWNER';

-- Amounts in hundredths, so that sums are exact.
CREATE VIEW movement AS
SELECT o.id, CAST(t.trans_id AS INTEGER) AS number,
       date('19' || substr(t.date, 1, 2) || '-' || substr(t.date, 3, 2) || '-' || substr(t.date, 5, 2)) AS day,
       t.type AS type, t.operation AS operation, t.k_symbol AS symbol, t.bank AS bank,
       CAST(round(CAST(t.amount AS REAL) * 100) AS INTEGER) AS amount,
       CAST(round(CAST(t.balance AS REAL) * 100) AS INTEGER) AS balance
FROM trans t JOIN own o ON o.account_id = t.account_id;

CREATE VIEW paid_in AS SELECT * FROM movement WHERE type = 'PRIJEM';
CREATE VIEW paid_out AS SELECT * FROM movement WHERE type IN ('VYDAJ', 'VYBER');

CREATE VIEW lent AS
SELECT o.id, l.loan_id, l.status, CAST(l.duration AS INTEGER) AS months,
       CAST(round(CAST(l.amount AS REAL) * 100) AS INTEGER) AS amount,
       date('19' || substr(l.date, 1, 2) || '-' || substr(l.date, 3, 2) || '-' || substr(l.date, 5, 2)) AS day
FROM loan l JOIN own o ON o.account_id = l.account_id;

CREATE VIEW opened AS
SELECT o.id, a.account_id, a.frequency,
       date('19' || substr(a.date, 1, 2) || '-' || substr(a.date, 3, 2) || '-' || substr(a.date, 5, 2)) AS day
FROM account a JOIN own o ON o.account_id = a.account_id;

CREATE VIEW ordered AS
SELECT o.id, s.order_id, s.bank_to AS bank, s.k_symbol AS symbol,
       CAST(round(CAST(s.amount AS REAL) * 100) AS INTEGER) AS amount
FROM "order" s JOIN own o ON o.account_id = s.account_id;

CREATE VIEW issued AS
SELECT d.client_id AS id, c.type AS card,
       date('19' || substr(c.issued, 1, 2) || '-' || substr(c.issued, 3, 2) || '-' || substr(c.issued, 5, 2)) AS day
FROM card c JOIN disp d ON d.disp_id = c.disp_id;

-- Owner and co-owner of one account, seen from either side.
CREATE VIEW shares AS
SELECT a.client_id AS id, b.client_id AS other
FROM disp a JOIN disp b ON a.account_id = b.account_id AND a.type <> b.type;

CREATE TABLE last_balance AS
SELECT id, balance FROM (SELECT id, balance, row_number() OVER (PARTITION BY id ORDER BY day DESC, number DESC) AS place FROM paid_in) WHERE place = 1;
CREATE UNIQUE INDEX last_balance_id ON last_balance (id);
CREATE TABLE borrower AS SELECT p.id, p.region, EXISTS (SELECT 1 FROM lent l WHERE l.id = p.id AND l.day <= '1994-03-30') AS borrows FROM person p;
