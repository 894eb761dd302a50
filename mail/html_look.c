#include "mail/html_look.h"

#include <string.h>

#include "mail/html_tame.h"

enum {
	STACK_MAX = 512, /* elements whose end is waited for */
	STACK_KEPT = 256,
	CLOSE_REACH = 32,      /* elements that one end tag may close */
	MAX_CLASSES = 16,      /* of one element */
	MAX_STYLES = 256,      /* that are remembered */
	MAX_REMEMBERED = 1024, /* bytes of one */
	NEAR_COLOUR = 48,      /* sum of the channels' differences up to which nobody can read */
};

#define INK_BLACK   0x000000U
#define INK_LINK    0x0000eeU
#define PAPER_WHITE 0xffffffU

typedef struct Look {
	const char *element;
	bool removed; /* with everything inside, whatever that says */
	bool invisible;
	bool tiny;
	uint32_t ink, paper;
	int width, height;
} Look;

struct HtmlLooks {
	const CssSheet *sheet;
	GHashTable *styles; /* of Css by style attribute: most are written again and again */
	GArray *stack;      /* of Look, the innermost last */
	Look outside;       /* what holds where the stack ends */
	bool outlook;       /* there were elements for Outlook alone */
};

/* ---- what is said of an element ---- */

static const char *
attribute(const char *const *attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (attributes[0][0] == name[0] && strcmp(attributes[0], name) == 0)
			return attributes[1] ? attributes[1] : "";
	return NULL;
}

static void
merge_rule(Css *css, const CssSheet *sheet, const char *element, const char *mark, const char *name)
{
	g_autofree char *any = g_strconcat(mark, name, NULL);
	g_autofree char *exact = g_strconcat(element, mark, name, NULL);
	const Css *of_any = css_sheet_find(sheet, any);
	const Css *of_exact = css_sheet_find(sheet, exact);

	if (of_any)
		css_merge(css, of_any);
	if (of_exact)
		css_merge(css, of_exact);
}

static void
merge_classes(Css *css, const CssSheet *sheet, const char *element, const char *written)
{
	g_autofree char *lower = g_ascii_strdown(written, (gssize)strnlen(written, CSS_MAX_STYLE));
	g_auto(GStrv) classes = g_strsplit_set(lower, " \t\r\n", MAX_CLASSES);

	for (char **class = classes; *class; class ++)
		if (**class)
			merge_rule(css, sheet, element, ".", *class);
}

static void
merge_id(Css *css, const CssSheet *sheet, const char *element, const char *written)
{
	g_autofree char *lower = g_ascii_strdown(written, (gssize)strnlen(written, CSS_MAX_STYLE));

	merge_rule(css, sheet, element, "#", lower);
}

/* Attributes from before there were styles; styles go over them. */
static void
merge_attributes(Css *css, const char *const *attributes)
{
	const char *paper = attribute(attributes, "bgcolor");
	const char *ink = attribute(attributes, "color");
	const char *vml = attribute(attributes, "fillcolor");

	if (attribute(attributes, "hidden"))
		css_declare(css, "display:none", strlen("display:none"));
	if (paper || vml) {
		css->said |= CSS_PAPER;
		css->paper = css_colour(paper ? paper : vml);
	}
	if (attribute(attributes, "background")) {
		css->said |= CSS_PAPER;
		css->paper = CSS_COLOUR_UNKNOWN;
	}
	if (ink) {
		css->said |= CSS_INK;
		css->ink = css_colour(ink);
	}
}

/* What an element's own style says. */
static void
merge_own(Css *css, GHashTable *styles, const char *own)
{
	const Css *known = g_hash_table_lookup(styles, own);
	Css declared;

	if (known) {
		css_merge(css, known);
		return;
	}
	css_init(&declared);
	css_declare(&declared, own, strlen(own));
	css_merge(css, &declared);
	if (g_hash_table_size(styles) < MAX_STYLES && strlen(own) <= MAX_REMEMBERED)
		g_hash_table_insert(styles, g_strdup(own), g_memdup2(&declared, sizeof(declared)));
}

/* As far as CSS orders them: element, class, id, the element's own. */
static void
read_css(Css *css, const HtmlLooks *looks, const char *element, const char *const *attributes)
{
	const CssSheet *sheet = looks->sheet;
	const char *name = strcmp(element, HTML_ANCHOR) == 0 ? "a" : element;
	const char *classes = attribute(attributes, "class");
	const char *id = attribute(attributes, "id");
	const char *own = attribute(attributes, "style");
	const Css *of_element = css_sheet_find(sheet, name);

	css_init(css);
	merge_attributes(css, attributes);
	if (strcmp(name, "template") == 0)
		css_declare(css, "display:none", strlen("display:none"));
	if (of_element)
		css_merge(css, of_element);
	if (classes)
		merge_classes(css, sheet, name, classes);
	if (id)
		merge_id(css, sheet, name, id);
	if (own)
		merge_own(css, looks->styles, own);
}

/* ---- what it looks like ---- */

/* What Outlook alone hides is the other half of what it alone shows, if there is any. */
static bool
is_removed(const HtmlLooks *looks, const Css *css)
{
	uint32_t alone = CSS_GONE | CSS_CLEAR | CSS_SHUT | CSS_AWAY;
	bool no_room = css->is & (CSS_NO_WIDTH | CSS_NO_HEIGHT);

	if (!looks->outlook)
		alone |= CSS_OUTLOOK;
	return (css->is & alone) || (no_room && (css->is & CSS_CUT));
}

/* Other readers go by none of it, and Outlook alone hides nothing from them; what they
 * see text on is not known here. */
static void
forget_for_outlook(HtmlLooks *looks, Css *css)
{
	uint32_t paper = css->said & CSS_PAPER;

	css_init(css);
	css->said = paper;
	css->paper = CSS_COLOUR_UNKNOWN;
	looks->outlook = true;
}

/* Drawings of Outlook's fill themselves by means that are not read here. */
static bool
is_drawing(const char *element)
{
	return g_str_has_prefix(element, "v:");
}

static void
colour(Look *look, const Css *css)
{
	if ((css->said & CSS_PAPER) && css->paper != CSS_COLOUR_NONE)
		look->paper = css->paper;
	else if (is_drawing(look->element))
		look->paper = CSS_COLOUR_UNKNOWN;
	if (css->said & CSS_INK)
		look->ink = css->ink;
	else if (strcmp(look->element, HTML_ANCHOR) == 0)
		look->ink = INK_LINK;
}

static const Look *
innermost(const HtmlLooks *looks)
{
	if (looks->stack->len == 0)
		return &looks->outside;
	return &g_array_index(looks->stack, Look, looks->stack->len - 1);
}

/* The outer ones are forgotten: text behind what is cut off here looks as it did
 * inside, which may call hidden what is not, and never the other way round. */
static void
forget_outer(HtmlLooks *looks)
{
	guint forgotten = looks->stack->len - STACK_KEPT;

	looks->outside = g_array_index(looks->stack, Look, forgotten - 1);
	g_array_remove_range(looks->stack, 0, forgotten);
}

void
html_looks_open(HtmlLooks *looks, const char *element, const char *const *attributes)
{
	Look look = *innermost(looks);
	Css css;

	read_css(&css, looks, element, attributes);
	if (attribute(attributes, HTML_OUTLOOK))
		forget_for_outlook(looks, &css);
	look.element = element;
	look.removed |= is_removed(looks, &css);
	if (css.said & CSS_INVISIBLE)
		look.invisible = css.is & CSS_INVISIBLE;
	if (css.said & CSS_TINY)
		look.tiny = css.is & CSS_TINY;
	look.width = css.width;
	look.height = css.height;
	colour(&look, &css);
	if (looks->stack->len >= STACK_MAX)
		forget_outer(looks);
	g_array_append_val(looks->stack, look);
}

void
html_looks_close(HtmlLooks *looks, const char *element)
{
	guint depth = looks->stack->len;

	for (guint reach = 0; reach < CLOSE_REACH && depth > 0; reach++, depth--) {
		const Look *look = &g_array_index(looks->stack, Look, depth - 1);

		if (strcmp(look->element, element) != 0)
			continue;
		g_array_set_size(looks->stack, depth - 1);
		return;
	}
}

static bool
is_near(uint32_t ink, uint32_t paper)
{
	int difference = 0;

	if (ink == CSS_COLOUR_NONE)
		return true;
	if (ink == CSS_COLOUR_UNKNOWN || paper == CSS_COLOUR_UNKNOWN)
		return false;
	for (int shift = 0; shift <= 16; shift += 8)
		difference += ABS((int)(ink >> shift & 0xff) - (int)(paper >> shift & 0xff));
	return difference <= NEAR_COLOUR;
}

bool
html_looks_hide(const HtmlLooks *looks)
{
	const Look *look = innermost(looks);

	return look->removed || look->invisible || look->tiny || is_near(look->ink, look->paper);
}

void
html_looks_size(const HtmlLooks *looks, int *width, int *height)
{
	*width = innermost(looks)->width;
	*height = innermost(looks)->height;
}

/* ---- the whole ---- */

/* <body> may be missing and its rule hold all the same. */
static void
colour_page(HtmlLooks *looks)
{
	static const char *const pages[] = { "html", "body" };

	looks->outside = (Look){
		.element = "", .ink = INK_BLACK, .paper = PAPER_WHITE, .width = -1, .height = -1
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		const Css *css = css_sheet_find(looks->sheet, pages[i]);

		if (css)
			colour(&looks->outside, css);
	}
}

HtmlLooks *
html_looks_new(const CssSheet *sheet)
{
	HtmlLooks *looks = g_new0(HtmlLooks, 1);

	looks->sheet = sheet;
	looks->styles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	looks->stack = g_array_new(FALSE, TRUE, sizeof(Look));
	colour_page(looks);
	return looks;
}

void
html_looks_free(HtmlLooks *looks)
{
	if (!looks)
		return;
	g_hash_table_unref(looks->styles);
	g_array_unref(looks->stack);
	g_free(looks);
}
