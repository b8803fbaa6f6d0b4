-- question: The file itself: the word unknown is a word here
-- report: report r over source calls { records: count(record)  unknown: count(record where poutcome = "unknown")  never: count(record where pdays = "-1")  jobs: distinct(job)  repeated: count - distinct(record) }
-- row: 45211|36959|36954|12|0
SELECT count(*), sum(poutcome = 'unknown'), sum(pdays = '-1'), count(DISTINCT job),
       count(*) - (SELECT count(*) FROM (SELECT DISTINCT age, job, marital, education, "default", balance, housing, loan, contact, day, month, duration, campaign, pdays, previous, poutcome, y FROM call)) FROM call;
