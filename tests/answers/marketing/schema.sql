-- The raw file by line; `unknown` is no value, and -1 days say that nobody called before.

CREATE VIEW person AS
SELECT id, CAST(age AS INTEGER) AS age, nullif(job, 'unknown') AS job, marital,
       nullif(education, 'unknown') AS education, CAST(balance AS INTEGER) * 100 AS balance,
       housing = 'yes' AS housing, loan = 'yes' AS borrows, nullif(contact, 'unknown') AS contact, month,
       CAST(duration AS INTEGER) AS duration, CAST(campaign AS INTEGER) AS calls,
       nullif(CAST(pdays AS INTEGER), -1) AS days, CAST(previous AS INTEGER) AS earlier_calls,
       nullif(poutcome, 'unknown') AS earlier, y = 'yes' AS subscribed
FROM call;
