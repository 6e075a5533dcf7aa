"""The paths of earlier scripts. Each stands for a command of linernotes and runs it; nothing else lives here."""
