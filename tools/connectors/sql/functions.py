"""Which functions a query may call: those that sqlglot knows by type, these by name, and never the forbidden."""

from tools.declared.source import Dialect

FORBIDDEN = frozenset(
    [
        "pg_read_",
        "pg_ls_",
        "pg_stat_file",
        "pg_sleep",
        "pg_sleep_for",
        "pg_sleep_until",
        "pg_terminate_backend",
        "pg_cancel_backend",
        "pg_reload_conf",
        "pg_rotate_logfile",
        "pg_advisory_",
        "pg_try_advisory_",
        "pg_logical_",
        "pg_replication_",
        "pg_create_",
        "pg_drop_",
        "pg_switch_wal",
        "pg_promote",
        "pg_backup_",
        "pg_start_backup",
        "pg_stop_backup",
        "pg_export_snapshot",
        "pg_notify",
        "pg_file_",
        "pg_wal_",
        "pg_import_",
        "pg_extension_",
        "pg_stat_reset",
        "pg_stat_statements_reset",
        "lo_",
        "lowrite",
        "loread",
        "dblink",
        "dblink_",
        "set_config",
        "current_setting",
        "setval",
        "nextval",
        "currval",
        "lastval",
        "next_value_for",
        "query_to_xml",
        "table_to_xml",
        "database_to_xml",
        "schema_to_xml",
        "cursor_to_xml",
        "query_to_xml_and_xmlschema",
        "xpath_table",
        "txid_current",
        "read_csv",
        "read_parquet",
        "read_json",
        "load_extension",
        "readfile",
        "writefile",
        "edit",
        "fts3_tokenizer",
        "sqlite_",
        "zipfile",
        "fsdir",
        "generate_series",
        "exploding_generate_series",
        "repeat",
        "randomblob",
        "zeroblob",
        "load_file",
        "sys_exec",
        "sys_eval",
        "xp_cmdshell",
        "sleep",
        "benchmark",
    ]
)
"""Those that write, wait, reach a file or a network, or make much out of nothing. One that ends in `_` stands for
all that begin so."""

_BOTH = """
    abs ceil ceiling floor round sign sqrt power mod ln log exp least greatest coalesce nullif length
    char_length lower upper trim ltrim rtrim btrim replace substr substring instr position concat concat_ws left
    right reverse ascii chr char format md5 hex count sum avg min max row_number rank dense_rank percent_rank
    cume_dist ntile lag lead first_value last_value nth_value random
"""
HARMLESS: dict[Dialect, frozenset[str]] = {
    "sqlite": frozenset(
        f"""{_BOTH}
        date time datetime julianday unixepoch strftime timediff printf iif ifnull total group_concat string_agg
        typeof quote unicode glob like likely unlikely json json_array json_array_length json_extract
        json_object json_type json_valid json_group_array json_group_object json_each json_tree
        """.split()
    ),
    "postgres": frozenset(
        f"""{_BOTH}
        age date_part date_trunc date_bin extract make_date make_interval make_timestamp to_char to_date
        to_number to_timestamp now clock_timestamp statement_timestamp transaction_timestamp justify_days
        justify_hours justify_interval isfinite initcap lpad rpad split_part strpos starts_with translate
        quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match
        regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr string_to_array
        array_length array_position array_to_string array_upper array_lower cardinality unnest array_agg
        string_agg bool_and bool_or every percentile_cont percentile_disc mode stddev stddev_pop stddev_samp
        variance var_pop var_samp corr covar_pop covar_samp regr_slope width_bucket div gcd lcm trunc cbrt
        degrees radians pi json_agg jsonb_agg json_object_agg jsonb_object_agg json_array_elements
        jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_array_length
        jsonb_array_length json_each jsonb_each json_each_text jsonb_each_text json_extract_path
        jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object_keys jsonb_object_keys
        json_typeof jsonb_typeof jsonb_pretty jsonb_path_query jsonb_path_exists to_json to_jsonb row_to_json
        pg_size_pretty pg_relation_size pg_total_relation_size pg_table_size pg_indexes_size pg_database_size
        pg_get_viewdef pg_get_indexdef pg_get_constraintdef obj_description col_description pg_is_in_recovery
        pg_postmaster_start_time host family masklen network encode decode
        """.split()
    ),
}
