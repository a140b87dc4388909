"""The napari plugin: propose, correct, accept and learn parotid gland and tumour masks."""
