"""Biliary atresia from the gallbladder region of infants' ultrasound."""
