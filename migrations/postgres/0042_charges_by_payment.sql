-- Which payments the payment provider collected: exports book them where they wait to be paid out.
CREATE INDEX charges_by_payment ON charges (organisation_id, payment_id);
