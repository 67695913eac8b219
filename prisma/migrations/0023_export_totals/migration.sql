-- How far a file is, of how many rows: counted where that costs little, and known of whatever is done.

ALTER TABLE export_jobs ADD COLUMN total_row_count BIGINT CHECK (total_row_count >= 0);   -- NULL: nobody knows yet
UPDATE export_jobs SET total_row_count = row_count WHERE state = 'DONE' AND format = 'csv';
