/* site.h - the site as the settings describe it, for commands that read mail */
#ifndef CLI_SITE_H
#define CLI_SITE_H

#include "cli/command.h"
#include "importer/scanner.h"
#include "mail/brands.h"
#include "mail/site.h"
#include "mail/weights.h"
#include "mail/yara.h"

/* A Site and what it lends.  It borrows from the settings. */
typedef struct LocalSite {
	Site site;
	Weights *weights;
	Brands *brands;
	char *basis; /* names all of it that a verdict rests on: Arrival.basis */
	GHashTable *dkim_keys;
	GPtrArray *yara_files; /* of YaraFile; NULL where no rules are set */
	YaraRules *yara_rules;
} LocalSite;

/* CLI_ERROR_CONFIG when a file that a setting names can't be read or holds what it must not; the
 * message names the line. */
bool local_site_load(LocalSite *local, const Settings *settings, GError **error);
/* Of all that the names alone: brands, own hosts, domains and people.  Enough for rules. */
bool local_site_load_names(LocalSite *local, const Settings *settings, GError **error);
/* What only reading mail needs, before the first box is started: CLI_ERROR_CONFIG names
 * the rule that is none. */
bool local_site_compile(LocalSite *local, GError **error);
/* The weights that the settings name; CLI_ERROR_CONFIG as above.  Yours. */
Weights *site_weights(const Settings *settings, GError **error);
/* The text of the file at @path, which must not be large.  Yours. */
char *site_read_file(const char *path, GError **error);
/* The keys in the file at @path, which count more than those there are.
 * CLI_ERROR_NO_INPUT when it can't be read, CLI_ERROR_DATA when it holds something else. */
bool local_site_add_keys(LocalSite *local, const char *path, GError **error);
void local_site_clear(LocalSite *local);
/* Who is asked about attachments; NULL when nobody is. */
Scanner *scanner_of(const Settings *settings);
/* Says it when attachments were not looked at. */
void scanner_hint(const Scanner *scanner, Session *session);
/* Says it when verdicts in the store rest on something else than @local. */
void local_site_hint(const LocalSite *local, Session *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LocalSite, local_site_clear)

#endif
