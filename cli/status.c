#include <sysexits.h>

#include "cli/command.h"
#include "importer/source.h"
#include "release/transport.h"
#include "store/query.h"
#include "system/system_error.h"

GQuark
cli_error_quark(void)
{
	return g_quark_from_static_string("cli-error");
}

typedef struct Status {
	GQuark (*domain)(void);
	int code; /* -1: any other of the domain */
	int status;
} Status;

/* clang-format off */
static const Status statuses[] = {
	{ cli_error_quark, CLI_ERROR_HELP,           EX_OK },
	{ cli_error_quark, CLI_ERROR_USAGE,          EX_USAGE },
	{ cli_error_quark, CLI_ERROR_DATA,           EX_DATAERR },
	{ cli_error_quark, CLI_ERROR_NO_INPUT,       EX_NOINPUT },
	{ cli_error_quark, CLI_ERROR_CONFIG,         EX_CONFIG },
	{ cli_error_quark, CLI_ERROR_CREATE,         EX_CANTCREAT },
	{ cli_error_quark, CLI_ERROR_WRITE,          EX_IOERR },
	{ cli_error_quark, CLI_ERROR_STOPPED,        EX_TEMPFAIL },
	{ g_option_error_quark, -1,                  EX_USAGE },
	{ g_convert_error_quark, -1,                 EX_USAGE }, /* an option that is not UTF-8 */
	{ query_error_quark, -1,                     EX_USAGE },
	{ release_error_quark, RELEASE_ERROR_LANDING, EX_CONFIG },
	{ release_error_quark, RELEASE_ERROR_SECRET, EX_CONFIG },
	{ release_error_quark, RELEASE_ERROR_NOTICE, EX_CONFIG },
	{ release_error_quark, -1,                   EX_USAGE },
	{ store_error_quark, STORE_ERROR_BUSY,       EX_TEMPFAIL },
	{ store_error_quark, STORE_ERROR_NOT_FOUND,  EX_NOINPUT },
	{ store_error_quark, STORE_ERROR_NO_STORE,   EX_NOINPUT },
	{ store_error_quark, STORE_ERROR_NOT_A_STORE, EX_DATAERR },
	{ store_error_quark, STORE_ERROR_NEWER,      EX_CONFIG },
	{ store_error_quark, STORE_ERROR_PERMISSION, EX_NOPERM },
	{ store_error_quark, STORE_ERROR_OUTDATED,   EX_DATAERR },
	{ store_error_quark, STORE_ERROR_CONFLICT,   EX_DATAERR },
	{ store_error_quark, STORE_ERROR_REFUSED,    EX_DATAERR },
	{ store_error_quark, STORE_ERROR_PURGED,     EX_NOINPUT },
	{ store_error_quark, -1,                     EX_IOERR }, /* SQL, FULL, IO */
	{ import_error_quark, IMPORT_ERROR_NO_INPUT, EX_NOINPUT },
	{ import_error_quark, IMPORT_ERROR_DATA,     EX_DATAERR },
	{ import_error_quark, IMPORT_ERROR_USAGE,    EX_USAGE },
	{ import_error_quark, IMPORT_ERROR_BOX,      EX_UNAVAILABLE },
	{ import_error_quark, IMPORT_ERROR_ATTACK,   EX_DATAERR },
	{ import_error_quark, IMPORT_ERROR_LOST,     EX_TEMPFAIL },
	{ import_error_quark, -1,                    EX_IOERR },
	{ system_error_quark, SYSTEM_ERROR_NO_INPUT, EX_NOINPUT },
	{ system_error_quark, -1,                    EX_TEMPFAIL },
};
/* clang-format on */

int
status_of(const GError *error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		const Status *status = &statuses[i];

		if (error->domain == status->domain() &&
			(status->code == -1 || status->code == error->code))
			return status->status;
	}
	return EX_UNAVAILABLE;
}

int
status_for_requeue(const GError *error)
{
	bool lasts = g_error_matches(error, IMPORT_ERROR, IMPORT_ERROR_DATA) ||
		g_error_matches(error, CLI_ERROR, CLI_ERROR_DATA);

	return lasts ? status_of(error) : EX_TEMPFAIL;
}
