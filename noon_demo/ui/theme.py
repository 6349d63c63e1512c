"""Noon's look: warm paper, leaf green and the sun, in light and dark, on the reader's own system fonts."""

from __future__ import annotations

from gradio.themes import Base
from gradio.themes.utils import colors, fonts, sizes

LEAF = colors.Color(
    name="leaf",
    c50="#f1f8f2",
    c100="#dcefdf",
    c200="#bbdfc2",
    c300="#8fcb9c",
    c400="#5fae72",
    c500="#3f9156",
    c600="#2c7443",
    c700="#245d38",
    c800="#1f4a2f",
    c900="#1a3d28",
    c950="#0d2216",
)


class NoonTheme(Base):
    """Text and controls reach WCAG AA contrast on every surface in both modes."""

    def __init__(self) -> None:
        # A Font, not a string: gradio would fetch a string from Google. noon.css names the system stack.
        super().__init__(
            primary_hue=LEAF,
            secondary_hue=LEAF,
            neutral_hue=colors.stone,
            text_size=sizes.text_md,
            radius_size=sizes.radius_lg,
            font=fonts.Font("sans-serif"),
            font_mono=fonts.Font("monospace"),
        )
        self.set(
            body_background_fill="#faf8f4",
            body_background_fill_dark="#161513",
            body_text_color="#23201b",
            body_text_color_dark="#f1eee8",
            body_text_color_subdued="#635d54",
            body_text_color_subdued_dark="#b3aca1",
            background_fill_primary="#ffffff",
            background_fill_primary_dark="#211f1c",
            background_fill_secondary="#f5f1ea",
            background_fill_secondary_dark="#2a2724",
            border_color_primary="#e4ded3",
            border_color_primary_dark="#3b3732",
            block_background_fill="#ffffff",
            block_background_fill_dark="#211f1c",
            block_border_width="1px",
            block_shadow="none",
            block_label_text_color="*body_text_color_subdued",
            block_title_text_color="*body_text_color",
            block_title_text_weight="600",
            block_info_text_color="*body_text_color_subdued",
            input_background_fill="#ffffff",
            input_background_fill_dark="#1a1816",
            input_border_width="1px",
            input_border_color="#8f877a",
            input_border_color_dark="#7d766b",
            input_border_color_focus="*primary_600",
            input_border_color_focus_dark="*primary_300",
            input_placeholder_color="#6f685e",
            input_placeholder_color_dark="#a29b90",
            button_primary_background_fill="*primary_600",
            button_primary_background_fill_hover="*primary_700",
            button_primary_background_fill_dark="*primary_300",
            button_primary_background_fill_hover_dark="*primary_200",
            button_primary_text_color="#ffffff",
            button_primary_text_color_dark="*primary_950",
            button_secondary_background_fill="#f1ece3",
            button_secondary_background_fill_hover="#e7e0d4",
            button_secondary_background_fill_dark="#332f2b",
            button_secondary_background_fill_hover_dark="#403b36",
            button_large_radius="12px",
            checkbox_label_background_fill_selected="*primary_50",
            checkbox_label_background_fill_selected_dark="*primary_900",
            checkbox_label_text_color_selected_dark="#ffffff",
            link_text_color="*primary_700",
            link_text_color_dark="*primary_300",
        )
