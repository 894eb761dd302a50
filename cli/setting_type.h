/* setting_type.h - what each type of setting may be: a name and a reader each */
#ifndef CLI_SETTING_TYPE_H
#define CLI_SETTING_TYPE_H

#include "cli/config.h"

const char *setting_type_name(SettingType type);
/* Number @place of the words @setting may be; NULL: there are no more, or anything goes. */
const char *setting_choice(const Setting *setting, size_t place);

typedef struct SettingValue {
	char *text;     /* as settings_text() says it */
	int64_t number; /* as settings_number() does */
	char **list;    /* as settings_list() does */
	bool from_file;
} SettingValue;

void setting_value_clear(SettingValue *value);
/* Fills @value, which is empty, from @text; relative paths stand under @folder.
 * CLI_ERROR_CONFIG when @text is nothing of @setting's type. */
bool setting_read(const Setting *setting, SettingValue *value, const char *text, const char *folder,
	GError **error);

#endif
