/* export_list.h - what formats that are lists of indicators share; private to store/
 *
 * Most of them are an ExportList and nothing else: kinds that they have words for, and how one
 * of these is written.  What is left over is counted, and said at the end in a comment and
 * beside the output.
 */
#ifndef STORE_EXPORT_LIST_H
#define STORE_EXPORT_LIST_H

#include "store/export_rows.h"
#include "store/indicator.h"

#define KIND_BIT(kind) (1U << (kind))

enum {
	KINDS_ALL = (1 << INDICATOR_KINDS) - 1,
};

typedef struct ExportList {
	unsigned blocks;     /* kinds (KIND_BIT) that it can block, */
	unsigned allows;     /* and allow */
	bool left_out;       /* line() takes what is left out as well: to list it, */
	bool withdrawn;      /* and what is withdrawn: to take it back */
	const char *comment; /* what a comment line begins with, "# "; NULL: it knows none */
	/* Appends @indicator, with its line end; false where its value can't be written in this
	 * grammar: nothing is to be appended then. */
	bool (*line)(GString *out, const Indicator *indicator, void *data);
	/* The other system takes no more of what @indicator is; NULL: it has no limit. */
	bool (*full)(const Indicator *indicator, void *data);
} ExportList;

/* One of several lists that a format is made of. */
typedef struct ExportPart {
	const char *file; /* it begins; NULL: it goes on in the one that is there */
	const char *head; /* stands before its lines, */
	const char *tail; /* and behind them; NULL: nothing does */
	ExportList list;
} ExportPart;

/* What was written, and what was not. */
typedef struct ExportTally {
	int64_t written;
	int64_t withdrawn;                                 /* written as such */
	int64_t left_out;                                  /* they would do harm */
	int64_t unfit[INDICATOR_ACTIONS][INDICATOR_KINDS]; /* no words for that kind, or value */
	int64_t over;                                      /* more than it takes */
	int64_t untold; /* withdrawn ones that it has no words for */
} ExportTally;
/* "no words for 3 accounts to block, 1 domain to allow; 2 left out because they would do harm";
 * NULL where there is nothing to say.  Yours. */
char *export_tally_words(const ExportTally *tally);

/* Asks for the indicators that @export is about; @abroad: for people outside. */
Indicators *export_indicators(const Export *export, bool abroad, GError **error);
/* All lines of @list, with @data, from the first indicator on, and adds to @tally.  Comments
 * stand before and behind them: up to which operation, and what is left over. */
bool export_list(const Export *export, Indicators *indicators, const ExportList *list, void *data,
	ExportTally *tally, GError **error);
/* For a format of one list: all of the above, and the note. */
bool export_run_list(const Export *export, const ExportList *list, void *data, GError **error);
/* For a format of several, which all are asked of each indicator: what none of them takes is said
 * at the beginning of each file. */
bool export_run_parts(const Export *export, const ExportPart *parts, size_t count, GError **error);

/* @address is ASCII and has no quoted part, so that it stands where there are no quotes, nor
 * blanks: "a b"@shop.example and ü@shop.example are addresses too. */
bool export_is_plain_address(const char *address);
/* Appends @text so that a Perl-like expression reads it as it is: "evil\\.example". */
void export_quote_regex(GString *out, const char *text);
/* Appends what finds SES account @account at the end of a Feedback-ID field, likewise:
 * "::1.eu-west-1.ACCOUNT:AmazonSES". */
void export_account_regex(GString *out, const char *account);

typedef void (*CsvCell)(GString *line, const char *text);
/* All that is known of an indicator as comma-separated values, the value and its account by @value:
 * csv_cell() or csv_exact(); and the columns' names; both with their line end. */
void csv_of_indicator(GString *line, const Indicator *indicator, CsvCell value);
void csv_indicator_header(GString *line);

/* Why it is said, in one line that is visible as it is: "lazaret operation 7, campaign 4: kit of
 * May".  Yours. */
char *export_why(const Indicator *indicator);

/* "NAME: up to operation 42; ..." beside the output. */
void export_note(const Export *export, const Indicators *indicators, const ExportTally *tally);

#endif
