-- One part of a month in fen: domain.contribution.part, for many rows at once. Base × ratio is exact;
-- it is rounded once, to units of so many fen: half_up, ceiling or floor, of what is not below nought.
CREATE FUNCTION contributions_part(p_base bigint, p_ratio numeric, p_unit integer, p_mode text)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT p_unit * CASE p_mode
        WHEN 'half_up' THEN round(p_base * p_ratio / p_unit)
        WHEN 'ceiling' THEN ceil(p_base * p_ratio / p_unit)
        WHEN 'floor' THEN floor(p_base * p_ratio / p_unit)
    END::bigint
$$;
