-- question: The whole of those never called before, in one row
-- report: report r where days_since_contact is missing { n: count  jobs: distinct(job)  oldest: max(age)  poorest: min(balance)  half: median(age) }
-- row: 36954|11|95|-8019|39
SELECT count(*), count(DISTINCT job), max(age), min(balance) / 100.0, median(age) FROM person WHERE days IS NULL;
